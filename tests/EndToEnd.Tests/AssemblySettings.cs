// Each test runs a portal, a browser and perhaps a training: one at a time is what two cores can do.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
