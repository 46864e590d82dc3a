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
        // A proxy of the machine must not stand between a test and its own server.
        Environment.SetEnvironmentVariable("no_proxy", "127.0.0.1");
        NativeRuntime.Prepare();
        set_num_threads(Environment.ProcessorCount);
    }
}
