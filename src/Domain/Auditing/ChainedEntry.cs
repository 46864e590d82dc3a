using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Auditing;

/// <summary>
/// One line of a trail. Lines are only ever added, and each carries the hash of the one before it: who changes or takes out a line
/// breaks the chain there. The chain has no secret, so it does not stop somebody who may write the database and computes all later
/// hashes anew, or cuts off the end; a hash that was kept elsewhere finds that too.
/// </summary>
public abstract class ChainedEntry : IAppendOnly
{
    public const int NameMaxLength = 200;
    public const int ActionMaxLength = 40;
    public const int SubjectMaxLength = 40;
    public const int SubjectIdMaxLength = 64;
    public const int DetailMaxLength = 500;

    /// <summary>What the first line has for the hash before it.</summary>
    public static readonly string Genesis = new('0', SecretToken.HashLength);

    private static long staged;

    protected ChainedEntry() => ActorName = Action = SubjectKind = SubjectId = Detail = PreviousHash = Hash = "";

    /// <param name="by">Whose id it was; of nobody for a command.</param>
    protected ChainedEntry(UserId by, AuditNote note, DateTimeOffset now)
        : this()
    {
        Sequence = Interlocked.Decrement(ref staged);
        At = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        ActorId = by;
        Action = AuditText.Clean(note.Action, ActionMaxLength);
        SubjectKind = AuditText.Clean(note.Subject, SubjectMaxLength);
        SubjectId = AuditText.Clean(note.Id, SubjectIdMaxLength);
        Detail = AuditText.Clean(note.Detail, DetailMaxLength);
    }

    /// <summary>Counts from 1 in its trail, without a gap. Below zero while it is not written yet.</summary>
    public long Sequence { get; private set; }

    /// <summary>To the microsecond, which is what PostgreSQL keeps.</summary>
    public DateTimeOffset At { get; private set; }

    public UserId ActorId { get; private set; }

    /// <summary>The name as it was then: an account may go, a key be renamed, the line stays readable.</summary>
    public string ActorName { get; protected set; }

    public string Action { get; private set; }

    public string SubjectKind { get; private set; }

    public string SubjectId { get; private set; }

    public string Detail { get; private set; }

    public string PreviousHash { get; private set; }

    public string Hash { get; private set; }

    /// <summary>Puts the line at the end of the chain.</summary>
    public void Chain(long sequence, string previousHash, string actorName)
    {
        Sequence = sequence;
        PreviousHash = previousHash;
        ActorName = AuditText.Clean(actorName, NameMaxLength);
        Hash = ComputeHash();
    }

    /// <summary>What <see cref="Hash"/> is for a line that nobody has changed.</summary>
    public abstract string ComputeHash();
}
