"""Speed and size of groupaudit, printed; nothing here is asserted."""
