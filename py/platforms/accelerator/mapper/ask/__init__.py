"""What is asked: a layer on a machine, and what each loop may do there by itself."""
