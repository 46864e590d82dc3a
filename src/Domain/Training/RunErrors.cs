using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

public sealed record RunNotFound()
    : Error(ErrorKind.NotFound, "run.missing", "This run does not exist, or it belongs to another team.");

public sealed record NotEnoughShots(int Have, int Want)
    : Error(ErrorKind.Conflict, "run.shots", $"The recipe asks for {Want} support shots and the project has {Have}. Upload normal shots, or choose fewer.");

public sealed record RunNotClaimable(int Number, RunStatus Status)
    : Error(ErrorKind.Conflict, "run.claimed", $"Run {Number} is {Status.ToString().ToLowerInvariant()} and another worker has it.");

public sealed record RunNotRunning(int Number, RunStatus Status)
    : Error(ErrorKind.Conflict, "run.over", $"Run {Number} is {Status.ToString().ToLowerInvariant()}; this can only be done while it is queued or running.");

public sealed record RunNotResumable(int Number, RunStatus Status)
    : Error(ErrorKind.Conflict, "run.resume", $"Run {Number} is {Status.ToString().ToLowerInvariant()}; only a paused, failed or cancelled run can be resumed.");

public sealed record RunNotPausable(int Number, RunStatus Status)
    : Error(ErrorKind.Conflict, "run.pause", $"Run {Number} is {Status.ToString().ToLowerInvariant()}; only a run that waits or is being worked on can be paused.");

public sealed record RunStopsAlready(int Number)
    : Error(ErrorKind.Conflict, "run.stops", $"Run {Number} is stopping already. Wait some seconds and look again.");

public sealed record SameRunUnderWay(int Number, RunId Run)
    : Error(ErrorKind.Conflict, "run.same", $"Run {Number} does the same already: this recipe on these images. Look at that one, or ask for another one with “again”.");

public sealed record RunOfStudy(int Number)
    : Error(ErrorKind.Conflict, "run.study", $"Run {Number} is a part of a stability study. Delete the study, and its runs go with it.");

public sealed record RunChanged()
    : Error(ErrorKind.Stale, "run.changed", "The run is not as you saw it any more. Read it again, then decide again.");

public sealed record InvalidIdempotencyKey()
    : Error(ErrorKind.Invalid, "run.key", $"An Idempotency-Key has 1 to {RememberedStart.KeyMaxLength} visible ASCII characters: send a new GUID for every run that you want.");

public sealed record IdempotencyKeyReused()
    : Error(ErrorKind.Conflict, "run.key.used", "This Idempotency-Key started another run than the one that is asked for now. Send a new key for another request.");

public sealed record UnknownPriority()
    : Error(ErrorKind.Invalid, "run.priority", "A priority is low, normal or high.");
