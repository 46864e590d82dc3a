using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Auditing;

/// <summary>Walks a trail line by line, in order, and stops at the first that does not fit.</summary>
/// <param name="tenant">Whose trail it is; null for the platform's.</param>
public sealed class AuditCheck(TenantId? tenant)
{
    public long LastSequence { get; private set; }

    public string LastHash { get; private set; } = ChainedEntry.Genesis;

    /// <returns>What is wrong with the line; null when it fits.</returns>
    public string? Next(ChainedEntry entry)
    {
        if (entry is AuditEntry of && of.TenantId != tenant)
            return "The entry belongs to another team.";
        if (entry.Sequence != LastSequence + 1)
            return $"Entry {LastSequence + 1} is missing: the next one there is {entry.Sequence}.";
        if (entry.PreviousHash != LastHash)
            return $"Entry {entry.Sequence} does not follow from entry {LastSequence}: one of them was put in place of another.";
        if (entry.Hash != entry.ComputeHash())
            return $"Entry {entry.Sequence} was changed after it was written.";
        (LastSequence, LastHash) = (entry.Sequence, entry.Hash);
        return null;
    }
}
