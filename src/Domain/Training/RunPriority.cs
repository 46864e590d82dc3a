using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>Which of a team's own runs goes first. Between teams it says nothing.</summary>
public enum RunPriority
{
    Low = 0,
    Normal = 1,
    High = 2,
}

/// <summary>With what a run goes into the queue.</summary>
/// <param name="Entered">How much worker time the least served team at work had when the run was queued: <see cref="Queueing.FairQueue"/>.</param>
/// <param name="GuessedSeconds">How long <see cref="WorkGuess"/> says that it takes; 0 when nobody asked.</param>
/// <param name="ExpectedSeconds">The same, scaled by what the team's last runs took beside their guess.</param>
/// <param name="Cause">Null when a person started it.</param>
/// <param name="WorkHash">Of recipe and data, to know the same work again; null when nobody asked.</param>
/// <param name="Study">Null unless the run is one of a stability study.</param>
/// <param name="Reproduces">Null unless the run shall make a version again.</param>
public sealed record QueueTicket(RunPriority Priority = RunPriority.Normal, double Entered = 0, double GuessedSeconds = 0, double ExpectedSeconds = 0, string? WorkHash = null, RunCause? Cause = null, StudyPlace? Study = null,
    ReproducedVersion? Reproduces = null);

/// <summary>Why there is a run that no person asked for.</summary>
public sealed record RunCause(ScheduleId Schedule, string Why);

/// <summary>Which cell of a stability study a run is; its seed is the recipe's.</summary>
/// <param name="Set">Counts from 1.</param>
public sealed record StudyPlace(StudyId Study, int Set);

/// <summary>The version that a run shall make again, and why somebody asked for that; who asked started the run.</summary>
public sealed record ReproducedVersion(Guid Model, int Version, string? Why)
{
    public const int WhyMaxLength = 500;
}
