"""What a cashier sees: screens over services, keyboard only, Chinese first."""
