namespace FewShotAD.Domain.Common;

// Ids are distinct types, so that a project id never stands where a run id belongs. Values are version 7 GUIDs:
// they sort by creation, which keeps database pages dense. Those that break ties of a list compare, in queries too.

public readonly record struct TenantId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct UserId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ProjectId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ImageId(Guid Value)
{
    public override string ToString() => Value.ToString("N");

    public static bool operator <(ImageId left, ImageId right) => left.Value < right.Value;

    public static bool operator >(ImageId left, ImageId right) => left.Value > right.Value;
}

public readonly record struct RunId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ModelId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ResultId(Guid Value)
{
    public override string ToString() => Value.ToString("N");

    public static bool operator <(ResultId left, ResultId right) => left.Value < right.Value;

    public static bool operator >(ResultId left, ResultId right) => left.Value > right.Value;
}

public readonly record struct PublishRequestId(Guid Value)
{
    public override string ToString() => Value.ToString("N");

    public static bool operator <(PublishRequestId left, PublishRequestId right) => left.Value < right.Value;

    public static bool operator >(PublishRequestId left, PublishRequestId right) => left.Value > right.Value;
}

/// <summary>An answer to “score this image” whose map is kept for some minutes. Drawn at random: it is in no table.</summary>
public readonly record struct ScoreId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ScoringBatchId(Guid Value)
{
    public override string ToString() => Value.ToString("N");

    public static bool operator <(ScoringBatchId left, ScoringBatchId right) => left.Value < right.Value;

    public static bool operator >(ScoringBatchId left, ScoringBatchId right) => left.Value > right.Value;
}

public readonly record struct ApiKeyId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct WebhookId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct NoticeId(Guid Value)
{
    // A list that goes on after a row compares ids in the database, which translates these.
    public static bool operator <(NoticeId left, NoticeId right) => left.Value < right.Value;

    public static bool operator >(NoticeId left, NoticeId right) => left.Value > right.Value;

    public override string ToString() => Value.ToString("N");
}

public readonly record struct DeliveryId(Guid Value)
{
    // A list that goes on after a row compares ids in the database, which translates these.
    public static bool operator <(DeliveryId left, DeliveryId right) => left.Value < right.Value;

    public static bool operator >(DeliveryId left, DeliveryId right) => left.Value > right.Value;

    public override string ToString() => Value.ToString("N");
}

public readonly record struct InvitationId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct ScheduleId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct TransferId(Guid Value)
{
    public override string ToString() => Value.ToString("N");
}

public readonly record struct StudyId(Guid Value)
{
    // A list that goes on after a row compares ids in the database, which translates these.
    public static bool operator <(StudyId left, StudyId right) => left.Value < right.Value;

    public static bool operator >(StudyId left, StudyId right) => left.Value > right.Value;

    public override string ToString() => Value.ToString("N");
}

public readonly record struct RegistrationId(Guid Value)
{
    // A list that goes on after a row compares ids in the database, which translates these.
    public static bool operator <(RegistrationId left, RegistrationId right) => left.Value < right.Value;

    public static bool operator >(RegistrationId left, RegistrationId right) => left.Value > right.Value;

    public override string ToString() => Value.ToString("N");
}
