// Each test runs a portal, a browser and perhaps a training: one at a time is what two cores can do.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
