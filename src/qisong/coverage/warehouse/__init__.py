"""Many counties together: Parquet out of each, counted by DuckDB or Spark, back into files of planes."""
