"""Reading what a model wrote: raw output, arriving in any pieces, to the fields of a signature."""
