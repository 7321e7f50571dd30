"""量 Measured speed: a generated portal on loopback, whole audits, reading and storage. Not installed."""
