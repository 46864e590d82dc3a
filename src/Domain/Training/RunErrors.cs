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
    : Error(ErrorKind.Conflict, "run.resume", $"Run {Number} is {Status.ToString().ToLowerInvariant()}; only a failed or cancelled run can be resumed.");

public sealed record RunChanged()
    : Error(ErrorKind.Stale, "run.changed", "The run is not as you saw it any more. Read it again, then decide again.");

public sealed record InvalidIdempotencyKey()
    : Error(ErrorKind.Invalid, "run.key", $"An Idempotency-Key has 1 to {RememberedStart.KeyMaxLength} visible ASCII characters: send a new GUID for every run that you want.");

public sealed record IdempotencyKeyReused()
    : Error(ErrorKind.Conflict, "run.key.used", "This Idempotency-Key started another run than the one that is asked for now. Send a new key for another request.");
