using System.Reflection;
using FewShotAD.Infrastructure.Jobs;

namespace FewShotAD.Portal;

/// <summary>Where the training program lies when nothing is configured.</summary>
public static class TrainerPath
{
    private const string Published = "trainer/fewshotad.dll";

    /// <summary>Below everything else in the configuration: a setting wins.</summary>
    public static void AddTrainerPath(this ConfigurationManager configuration)
    {
        var built = typeof(TrainerPath).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "TrainerPath").Value!;
        var path = File.Exists(Path.Combine(AppContext.BaseDirectory, Published)) ? Published : built;
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource
        {
            InitialData = [new($"{TrainingOptions.Section}:{nameof(TrainingOptions.Executable)}", path)],
        });
    }
}
