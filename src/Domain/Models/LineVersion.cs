using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Models;

/// <summary>Who moved a line.</summary>
/// <param name="User">Null in a restored backup, whose people are not ours.</param>
/// <param name="Name">As it was then: an account may go, the history stays readable.</param>
public sealed record LineAuthor(UserId? User, string Name);

/// <summary>
/// A line that somebody chose for a model. Version 1 is what training fitted and stands on the model itself; each change adds a version,
/// going back too. None is ever changed.
/// </summary>
public sealed class LineVersion : ITenantOwned, IAppendOnly
{
    public const int Fitted = 1;
    public const int ReasonMaxLength = 500;
    public const int NameMaxLength = 200;

    private LineVersion()
    {
        Reason = MadeByName = "";
        Flips = LineFlips.None;
    }

    public TenantId TenantId { get; private set; }

    public ModelId ModelId { get; private set; }

    /// <summary>Counts from 2 for its model.</summary>
    public int Number { get; private set; }

    public double CertainlyGood { get; private set; }

    public double CertainlyDefective { get; private set; }

    public double PixelThreshold { get; private set; }

    public string Reason { get; private set; }

    public UserId? MadeBy { get; private set; }

    public string MadeByName { get; private set; }

    public DateTimeOffset MadeAt { get; private set; }

    /// <summary>The version that this one goes back to.</summary>
    public int? Restores { get; private set; }

    /// <summary>What it changed against the version before, on the images that were scored then.</summary>
    public LineFlips Flips { get; private set; }

    public LineThresholds Thresholds() => new(CertainlyGood, CertainlyDefective, PixelThreshold);

    internal static Result<LineVersion> Create(TrainedModel model, int number, LineChange change, LineAuthor by, DateTimeOffset now)
    {
        var why = change.Reason?.Trim() ?? "";
        if (why.Length is 0 or > ReasonMaxLength)
            return new LineReasonNeeded();
        return new LineVersion
        {
            TenantId = model.TenantId,
            ModelId = model.Id,
            Number = number,
            CertainlyGood = change.To.T1,
            CertainlyDefective = change.To.T2,
            PixelThreshold = change.To.Pixel,
            Reason = why,
            MadeBy = by.User,
            MadeByName = by.Name.Length <= NameMaxLength ? by.Name : by.Name[..NameMaxLength],
            MadeAt = now,
            Restores = change.Restores,
            Flips = change.Flips,
        };
    }
}

/// <summary>A change of a line, before the rules have looked at it.</summary>
/// <param name="Restores">The version that it goes back to, if it does.</param>
public sealed record LineChange(LineThresholds To, string? Reason, LineFlips Flips, int? Restores = null);

/// <summary>What is told of a line that was moved.</summary>
public sealed record LineChanged(
    Guid Project, Guid Model, int ModelVersion, int Line, double T1, double T2, double PixelThreshold, string Reason, int? Restores, int Flipped);

public sealed record LineReasonNeeded()
    : Error(ErrorKind.Invalid, "line.reason", $"Say why the line moves, in 1 to {LineVersion.ReasonMaxLength} characters: colleagues will ask.");

public sealed record LineUnchanged()
    : Error(ErrorKind.Conflict, "line.unchanged", "This is the line already: nothing would change. Move a threshold first.");

public sealed record LineMoved(int Number, string By)
    : Error(ErrorKind.Stale, "line.moved", By.Length == 0
        ? $"The line was moved meanwhile: version {Number} is in force. Look at it, then decide again."
        : $"{By} moved the line meanwhile: version {Number} is in force. Look at it, then decide again.");

public sealed record LineVersionNotFound(int Number)
    : Error(ErrorKind.NotFound, "line.missing", $"This model's line has no version {Number}. Choose one that is listed.");
