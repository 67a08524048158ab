"""Which segments a system keeps: the segments themselves, their criteria, and what is wrong with them."""
