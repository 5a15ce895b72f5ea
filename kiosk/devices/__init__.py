"""Devices: scanners, the receipt printer with its drawer, and virtual ones for a shop without hardware."""
