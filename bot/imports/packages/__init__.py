"""Receipt packages (收訖明細包): what the central database sends back, as a protected zip."""
