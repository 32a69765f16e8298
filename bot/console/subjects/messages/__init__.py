"""What goes out by itself: what is scheduled and in which words, stopping it, and rewording it."""

from bot.console.subjects.messages import holding, occasion, outbox, proofs, templates

DOORS = (outbox.doors, occasion.doors, holding.doors, proofs.doors, templates.doors)
