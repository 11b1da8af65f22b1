"""The figures of a desk, computed from the store: what each one means is in `explain`, how it is read in `samples`."""
