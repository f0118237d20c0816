"""Random structured processes: blocks that are put into one another, and strategies that choose them."""
