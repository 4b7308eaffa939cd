"""Types going through the nodes, in the order of the file: rule by rule, body by body."""
