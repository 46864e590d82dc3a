using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Scoring;

public sealed record ScoringBusy()
    : Error(ErrorKind.Unavailable, "scoring.busy", "Too many images wait to be scored right now. Try again in a moment.");

public sealed record ScoringBusyForTeam(int Limit)
    : Error(ErrorKind.TooMany, "scoring.team", $"Your team has {Limit} images waiting to be scored already. Wait for an answer before you send the next.");

public sealed record ScoringTooSlow(int Seconds)
    : Error(ErrorKind.Unavailable, "scoring.slow", $"The score was not ready after {Seconds} s: the machine is busy, or the model takes long to load. Try again; once loaded, the model stays warm.");

public sealed record ScoringCrashed()
    : Error(ErrorKind.Unavailable, "scoring.crashed", "The scoring process ended while it worked on this image, twice. Other images are not affected. Try another image; if none works, ask the administrator for the portal's log.");

public sealed record ScoringDown()
    : Error(ErrorKind.Unavailable, "scoring.down", "The scoring process cannot be started. Ask the administrator to look at the portal's log and the setting Training:Executable.");

public sealed record ScoringStopping()
    : Error(ErrorKind.Unavailable, "scoring.stopping", "The portal is being stopped or restarted. Try again in a moment.");

public sealed record ModelFileMissing()
    : Error(ErrorKind.Unavailable, "model.file", "The model's file is not in the storage. Train the model again, or restore the storage from a backup.");

/// <summary>What a scoring process said of a request, in its own words.</summary>
public sealed record ScoringRefused(ErrorKind Kind, string Code, string Message) : Error(Kind, Code, Message);
