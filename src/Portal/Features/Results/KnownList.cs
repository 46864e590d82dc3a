namespace FewShotAD.Portal.Features.Results;

/// <summary>
/// What is known of a list of results while one scrolls through it: how long it is, and, by distance to T2, how many rows lie nearer than
/// some distances. It belongs to one reader at a time. Results that come meanwhile are not in it: the list is read anew for them.
/// </summary>
/// <param name="length">As it was counted when the list was opened.</param>
public sealed class KnownList(int length)
{
    /// <summary>Some kilobytes, and more than jumps through a whole list leave behind.</summary>
    private const int Most = 512;

    private readonly SortedList<double, int> nearer = [];

    public int Length => length;

    /// <summary>The last distance with at most <paramref name="skip"/> rows nearer than it, with their number.</summary>
    public (double Distance, int Before) UpTo(int skip)
    {
        var found = nearer.LastOrDefault(cut => cut.Value <= skip);
        return (found.Key, found.Value);
    }

    /// <summary>The first distance with more than <paramref name="skip"/> rows nearer than it; null while none is known.</summary>
    public (double Distance, int Before)? Beyond(int skip)
    {
        foreach (var (distance, before) in nearer)
        {
            if (before > skip)
                return (distance, before);
        }

        return null;
    }

    /// <summary>Keeps that <paramref name="before"/> rows are nearer than a distance.</summary>
    public void Keep(double distance, int before)
    {
        if (nearer.Count < Most)
            nearer[distance] = before;
    }
}
