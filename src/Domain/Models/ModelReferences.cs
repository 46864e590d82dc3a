using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Models;

// Why a version cannot be deleted, each with what to do about it.

public sealed record ModelIsPublished(int Version)
    : Error(ErrorKind.Conflict, "model.published", $"v{Version} is published. Publish another version, roll back or take it back, then delete it.");

public sealed record ModelAwaitsApproval(int Version)
    : Error(ErrorKind.Conflict, "model.awaits-approval", $"v{Version} waits for approval. Approve, reject or withdraw that request, then delete it.");

public sealed record ModelIsChallenger(int Version, string Schedule)
    : Error(ErrorKind.Conflict, "model.challenger", $"v{Version} is the newest challenger of the schedule “{Schedule}”. Wait for its next one or delete the schedule, then delete the version.");

public sealed record ModelScores(int Version)
    : Error(ErrorKind.Conflict, "model.scores", $"v{Version} scores images in the background. Wait for that or cancel it, then delete the version.");

public sealed record ModelStillWritten(int Version, int Run)
    : Error(ErrorKind.Conflict, "model.run", $"Run {Run} has not ended and still writes v{Version}. Wait for it or cancel it, then delete the version.");
