using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

public enum QuotaMode
{
    /// <summary>As the installation's settings say.</summary>
    AsConfigured,
    AtMost,
    Unlimited,
}

/// <param name="Most">With <see cref="QuotaMode.AtMost"/> only.</param>
public sealed record QuotaChoice(QuotaMode Mode, long? Most = null)
{
    public static QuotaChoice AsConfigured { get; } = new(QuotaMode.AsConfigured);

    public long? Over(long? configured) => Mode switch { QuotaMode.AtMost => Most, QuotaMode.Unlimited => null, _ => configured };

    internal bool IsPossible(long highest) => Enum.IsDefined(Mode) && (Mode == QuotaMode.AtMost ? Most >= 0 && Most <= highest : Most is null);
}

public sealed record QuotaChoices(QuotaChoice Images, QuotaChoice Bytes, QuotaChoice QueuedRuns);

/// <summary>What an administrator has set for one team while the portal runs. It goes before the installation's settings.</summary>
public sealed class TeamQuotaSetting : ITenantOwned
{
    private TeamQuotaSetting()
    {
    }

    public TenantId TenantId { get; private set; }

    public QuotaMode ImagesMode { get; private set; }

    public long? MostImages { get; private set; }

    public QuotaMode BytesMode { get; private set; }

    public long? MostBytes { get; private set; }

    public QuotaMode QueuedRunsMode { get; private set; }

    public long? MostQueuedRuns { get; private set; }

    public UserId SetBy { get; private set; }

    public DateTimeOffset SetAt { get; private set; }

    /// <summary>Changes with every write: of two administrators who set it at once the second looks again.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public QuotaChoices Choices =>
        new(new QuotaChoice(ImagesMode, MostImages), new QuotaChoice(BytesMode, MostBytes), new QuotaChoice(QueuedRunsMode, MostQueuedRuns));

    /// <summary>The setting of a team that has none yet: all as configured.</summary>
    public static TeamQuotaSetting Of(TenantId tenant) => new() { TenantId = tenant };

    public Result Set(QuotaChoices choices, UserId by, DateTimeOffset now)
    {
        if (!choices.Images.IsPossible(int.MaxValue) || !choices.Bytes.IsPossible(long.MaxValue) || !choices.QueuedRuns.IsPossible(int.MaxValue))
            return new ImpossibleQuota();
        (ImagesMode, MostImages) = (choices.Images.Mode, choices.Images.Most);
        (BytesMode, MostBytes) = (choices.Bytes.Mode, choices.Bytes.Most);
        (QueuedRunsMode, MostQueuedRuns) = (choices.QueuedRuns.Mode, choices.QueuedRuns.Most);
        (SetBy, SetAt, ConcurrencyStamp) = (by, now, Guid.NewGuid());
        return Result.Ok;
    }

    public TeamQuota Over(TeamQuota configured) => new(
        (int?)Choices.Images.Over(configured.Images), Choices.Bytes.Over(configured.Bytes), (int?)Choices.QueuedRuns.Over(configured.QueuedRuns));
}

public sealed record ImpossibleQuota()
    : Error(ErrorKind.Invalid, "quota.impossible", "A limit is a whole number from 0 up, or none, or as the installation's settings say. Enter one of them for each.");
