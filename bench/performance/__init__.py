"""性能 `./dev bench all`: every figure of docs/performance.md, measured, kept as JSON and written down."""
