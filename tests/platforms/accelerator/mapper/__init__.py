"""The mapper against brute force."""
