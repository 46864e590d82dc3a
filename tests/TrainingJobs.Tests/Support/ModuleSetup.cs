using System.Runtime.CompilerServices;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

// libtorch's threads and seeds belong to the process; every test here uses them.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace FewShotAD.TrainingJobs.Tests.Support;

internal static class ModuleSetup
{
    [ModuleInitializer]
    public static void Prepare()
    {
        NativeRuntime.Prepare();
        set_num_threads(Environment.ProcessorCount);
    }
}
