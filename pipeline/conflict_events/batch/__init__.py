"""Annotating a corpus: streaming, in several processes, resumable.

==================  ====================================================================================================
``articles``        which articles of the inputs are to be done, and the key that tells whether one was done
``annotator``       one process's work: articles in, annotations and tables out, with a time limit for each article
``engines``         who does the work: this process, a pool of processes, a Ray cluster
``stores``          where results go: JSON lines, CSV, Parquet, DuckDB; whole shards or none
``journal``         what is done, so that a run that was killed goes on
``run``             the run that puts these together
``reading_back``    annotations and tables out of a store
==================  ====================================================================================================
"""
