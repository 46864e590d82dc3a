using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// Deletes work directories that nobody will go on with: of runs that succeeded, are deleted, or failed or were cancelled so long
/// ago that their checkpoint is given up.
/// </summary>
public sealed class WorkSweeper
{
    private readonly WorkPaths work;
    private readonly CrossTenantDb across;
    private readonly IOptions<TrainingOptions> options;
    private readonly TimeProvider time;

    internal WorkSweeper(WorkPaths work, CrossTenantDb across, IOptions<TrainingOptions> options, TimeProvider time) =>
        (this.work, this.across, this.options, this.time) = (work, across, options, time);

    /// <returns>How many directories were deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        if (!Directory.Exists(work.Root))
            return 0;
        await using var reader = across.Open("Sweeping work directories, which are named by run alone");
        var deleted = 0;
        foreach (var path in Directory.EnumerateDirectories(work.Root).ToList())
        {
            if (!Guid.TryParseExact(Path.GetFileName(path), "N", out var id) || WorkDirectory.HasLivingWorker(path))
                continue;
            var run = new RunId(id);
            var state = await reader.All<TrainingRun>().Where(r => r.Id == run).Select(r => new { r.Status, r.EndedAt }).FirstOrDefaultAsync(ct);
            if (state is not null && !IsGivenUp(state.Status, state.EndedAt))
                continue;
            work.DeleteQuietly(run);
            deleted++;
        }

        return deleted;
    }

    private bool IsGivenUp(RunStatus status, DateTimeOffset? endedAt) => status switch
    {
        RunStatus.Succeeded => true,
        RunStatus.Failed or RunStatus.Cancelled => endedAt + options.Value.KeepWork < time.GetUtcNow(),
        _ => false,
    };
}
