using System.Reflection;
using TorchSharp;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>Which code made a model.</summary>
public static class BuildInfo
{
    /// <summary>The version with the commit, as the build wrote it.</summary>
    public static string CodeVersion { get; } =
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static string LibraryVersions { get; } =
        $"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch {torch.__version__}, .NET {Environment.Version}";
}
