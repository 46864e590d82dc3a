using Xunit.v3;

// Processes, files and a database per test: more at once than processors only makes times jitter.
[assembly: Parallelization(MaxThreads = 2)]
