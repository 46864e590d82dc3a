using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Jobs.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Where the training program is and where runs are worked on, absolute.</summary>
internal sealed class WorkPaths(IOptions<TrainingOptions> options, DataPaths paths, ILogger<WorkPaths> log)
{
    public string Root { get; } = string.IsNullOrWhiteSpace(options.Value.WorkDirectory)
        ? paths.Work
        : Path.GetFullPath(options.Value.WorkDirectory, paths.Root);

    public string Executable { get; } = ExecutableOf(options.Value);

    public static string ExecutableOf(TrainingOptions options) => Path.GetFullPath(options.Executable, AppContext.BaseDirectory);

    /// <summary>Deletes a run's directory; what cannot be deleted now is the sweeper's.</summary>
    public void DeleteQuietly(RunId run)
    {
        try
        {
            WorkDirectory.Delete(Root, run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(e, "The work directory of run {Run} stays until the next sweep", run);
        }
    }
}
