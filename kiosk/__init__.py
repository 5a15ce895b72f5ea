"""The store box: what a cashier sees, does and hands over."""
