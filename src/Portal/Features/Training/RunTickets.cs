using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>What a run needs to stand in the queue: where it enters, how long it will take, and by what the same work is known again.</summary>
public sealed class RunTickets(RunQueueView queue)
{
    /// <summary>Of the team's last runs, by which guesses are scaled.</summary>
    private const int Measured = 30;

    public async Task<QueueTicket> IssueAsync(PortalDbContext context, TrainingRecipe recipe, DataSnapshot snapshot, RunPriority priority, CancellationToken ct)
    {
        var (guessed, expected) = await ExpectAsync(context, recipe, snapshot.Test.Count, ct);
        return new QueueTicket(priority, await queue.EntryAsync(ct), guessed, expected, HashOf(recipe, snapshot));
    }

    /// <summary>For the runs of a study: behind the team's other runs, and known again by their study.</summary>
    public async Task<QueueTicket> IssueForStudyAsync(PortalDbContext context, TrainingRecipe recipe, int testImages, CancellationToken ct)
    {
        var (guessed, expected) = await ExpectAsync(context, recipe, testImages, ct);
        return new QueueTicket(RunPriority.Low, await queue.EntryAsync(ct), guessed, expected);
    }

    /// <summary>The guess, and the guess as far off as those of the team's last runs were: of the same method where there is one.</summary>
    public static async Task<(double Guessed, double Expected)> ExpectAsync(PortalDbContext context, TrainingRecipe recipe, int testImages, CancellationToken ct)
    {
        // A recipe that is refused a moment later is not measured: its numbers may be anything.
        if (!recipe.Validate().Succeeded)
            return (0, 0);
        var uses = recipe.Registration is not null;
        var last = await context.Runs.AsNoTracking()
            .Where(r => r.Status == RunStatus.Succeeded && r.Attempt == 1 && r.GuessedSeconds > 0 && r.StudyId == null) // those of a study write no maps
            // Where nothing is trained, starting the program is most of the time: no measure for the others, nor they for these.
            .Where(r => (r.UsesRegistration != null) == uses)
            .OrderByDescending(r => r.QueuedAt)
            .Take(Measured)
            .Select(r => new { r.Recipe, r.GuessedSeconds, r.StartedAt, r.EndedAt })
            .ToListAsync(ct);
        var ratios = last
            .Where(r => r.StartedAt is not null && r.EndedAt > r.StartedAt)
            .Select(r => (r.Recipe.Method, Ratio: (r.EndedAt!.Value - r.StartedAt!.Value).TotalSeconds / r.GuessedSeconds))
            .ToList();
        var same = ratios.Where(r => r.Method == recipe.Method).ToList();
        var ordered = (same.Count > 0 ? same : ratios).Select(r => r.Ratio).Order().ToList();
        var guess = WorkGuess.Run(recipe, testImages);
        return (guess, guess * (ordered.Count == 0 ? 1 : ordered[ordered.Count / 2]));
    }

    /// <summary>What the project's next run is called. Two writes that take one number collide on it, and the second looks again.</summary>
    public static async Task<int> NextNumberAsync(PortalDbContext context, ProjectId project, CancellationToken ct) =>
        1 + (await context.Runs.Where(r => r.ProjectId == project).MaxAsync(r => (int?)r.Number, ct) ?? 0);

    /// <returns>The error that names the run which does the same already; null when there is none.</returns>
    public static async Task<SameRunUnderWay?> SameAsync(PortalDbContext context, ProjectId project, QueueTicket ticket, CancellationToken ct)
    {
        var same = await context.Runs.AsNoTracking()
            .Where(r => r.ProjectId == project && r.WorkHash == ticket.WorkHash
                && (r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused))
            .OrderBy(r => r.Number)
            .Select(r => new { r.Number, r.Id })
            .FirstOrDefaultAsync(ct);
        return same is null ? null : new SameRunUnderWay(same.Number, same.Id);
    }

    private static string HashOf(TrainingRecipe recipe, DataSnapshot snapshot) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new { recipe, snapshot }, WorkerProtocol.Json)));
}
