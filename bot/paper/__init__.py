"""What is printed: code sheets, confirmations of receipt, class notices; A4, in PDF."""
