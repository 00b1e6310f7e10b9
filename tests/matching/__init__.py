"""The matching room: quality, calibration, contracts."""
