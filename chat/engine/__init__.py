"""How an answer comes into being and reaches a reader."""
