"""What users do today with the same files. Prints seconds and the largest resident memory in MiB."""
import resource
import sys
import time


def pandas(path):
    import pandas as pd
    started = time.perf_counter()
    frame = pd.read_csv(path)
    frame.describe(include="all")
    return time.perf_counter() - started


def pyarrow(path):
    """Nulls, distinct values, extremes, mean, deviation, quartiles of each column, as our profile has them."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    started = time.perf_counter()
    table = pq.read_table(path)
    for name in table.column_names:
        column = table[name]
        column.null_count
        pc.count_distinct(column)
        pc.min_max(column)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            pc.mean(column)
            pc.stddev(column)
            pc.tdigest(column, q=[0.05, 0.25, 0.5, 0.75, 0.95])
    return time.perf_counter() - started


def make(path, rows):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    rows = int(rows)
    rng = np.random.default_rng(1)
    writer = None
    for start in range(0, rows, 1_000_000):
        n = min(1_000_000, rows - start)
        index = np.arange(start, start + n)
        table = pa.table({
            "time": pa.array(1_700_000_000_000 + index * 1000, pa.timestamp("ms")),
            "machine": pa.array(np.char.add("M", (index % 40).astype(str))),
            "temp [K]": np.round(290 + rng.random(n) * 20, 2),
            "torque [Nm]": rng.random(n) * 80,
            "speed_rpm": rng.integers(1000, 3000, n),
            "current [A]": rng.random(n) * 100,
            "count": index,
            "alarm": rng.random(n) > 0.99,
        })
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    writer.close()


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(*sys.argv[2:])
    else:
        seconds = {"pandas": pandas, "pyarrow": pyarrow}[sys.argv[1]](sys.argv[2])
        print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
