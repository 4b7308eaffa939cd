"""The sections of a summary, of which its text and its page are written."""
