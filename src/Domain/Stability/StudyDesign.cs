using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Stability;

/// <summary>The images of a project that a study may use, each list in an order that the data alone decides.</summary>
/// <param name="Good">Normal shots, and images labelled normal that are in no split.</param>
/// <param name="GoodTest">Test images labelled normal.</param>
/// <param name="DefectiveTest">Test images labelled defective.</param>
public sealed record StudyPool(IReadOnlyList<ImageId> Good, IReadOnlyList<ImageId> GoodTest, IReadOnlyList<ImageId> DefectiveTest);

/// <param name="FromTest">Whether good test images may become shots; null where the other good images are fewer than two sets.</param>
/// <param name="DrawSeed">Of the draw of sets; not of training.</param>
public sealed record StudySize(int Sets = 5, int Seeds = 3, bool? FromTest = null, int DrawSeed = 1);

/// <param name="Number">Counts from 1.</param>
public sealed record StudySet(int Number, IReadOnlyList<ImageId> Shots);

/// <summary>A design with the test images that all of its cells are measured on.</summary>
public sealed record DrawnStudy(StudyDesign Design, IReadOnlyList<ImageId> Test);

/// <summary>What a study is made of. Stored with it: everything else about the draw can be told from this.</summary>
/// <param name="Seeds">Of training; every set is trained with each.</param>
/// <param name="PoolGood">From how many good images outside the test set the sets were drawn, and <paramref name="PoolTest"/> in it.</param>
/// <param name="Good">Good images that all cells score, and <paramref name="Defective"/> ones.</param>
public sealed record StudyDesign(
    IReadOnlyList<StudySet> Sets, IReadOnlyList<int> Seeds, int DrawSeed, int PoolGood, int PoolTest, int Good, int Defective)
{
    public const int MinSets = 2;
    public const int MaxSets = 10;
    public const int MaxSeeds = 5;

    /// <summary>Fewer of a class measure nothing.</summary>
    public const int LeastOfAClass = 2;

    /// <summary>More test images of a class narrow nothing that a study tells, and each is scored by every cell.</summary>
    public const int MostOfAClass = 1_000;

    /// <summary>Cells, each of which is a run.</summary>
    public int Runs => Sets.Count * Seeds.Count;

    /// <summary>How many images are a shot of more than one set: sets that share shots differ less than sets drawn from many parts would.</summary>
    public int Shared => Sets.SelectMany(set => set.Shots).CountBy(shot => shot).Count(shot => shot.Value > 1);

    /// <summary>
    /// Draws support sets. No image is in two sets while the pool lasts; when it is used up it is shuffled again. At most half of the good
    /// test images are lent to the pool, and those that a set takes are scored by no cell: every cell has the same test images, and none of
    /// them is anybody's shot.
    /// </summary>
    /// <param name="shots">K.</param>
    /// <param name="firstSeed">Of training; the others follow it.</param>
    public static Result<DrawnStudy> Draw(StudyPool pool, StudySize size, int shots, int firstSeed)
    {
        if (size.Sets is < MinSets or > MaxSets || size.Seeds is < 1 or > MaxSeeds)
            return new InvalidStudySize();
        var random = new Random(size.DrawSeed);
        var goodTest = Shuffled(pool.GoodTest, random);
        var fromTest = size.FromTest ?? pool.Good.Count < 2 * shots;
        var lent = fromTest ? goodTest.Take(goodTest.Count / 2).ToList() : [];
        List<ImageId> drawable = [.. pool.Good, .. lent];
        if (Choices(drawable.Count, shots) < size.Sets)
            return new TooFewToDraw(shots, size.Sets, drawable.Count, fromTest ? 0 : goodTest.Count);
        var sets = DrawSets(drawable, shots, size.Sets, random);

        var taken = sets.SelectMany(set => set.Shots).ToHashSet();
        var good = goodTest.Where(image => !taken.Contains(image)).Take(MostOfAClass).ToHashSet();
        var bad = Shuffled(pool.DefectiveTest, random).Take(MostOfAClass).ToHashSet();
        if (good.Count < LeastOfAClass || bad.Count < LeastOfAClass)
            return new TooFewToScore(good.Count, bad.Count);
        var design = new StudyDesign(
            sets, [.. Enumerable.Range(0, size.Seeds).Select(i => unchecked(firstSeed + i))], size.DrawSeed, pool.Good.Count, lent.Count, good.Count, bad.Count);
        return new DrawnStudy(design, [.. pool.GoodTest.Where(good.Contains), .. pool.DefectiveTest.Where(bad.Contains)]);
    }

    private static List<StudySet> DrawSets(List<ImageId> drawable, int shots, int count, Random random)
    {
        var (sets, known, rest) = (new List<StudySet>(), new List<HashSet<ImageId>>(), new List<ImageId>());
        while (sets.Count < count)
        {
            if (rest.Count < shots)
                rest = [.. rest, .. Shuffled([.. drawable.Except(rest)], random)];
            var set = rest.Take(shots).ToHashSet();
            rest = rest[shots..];
            // A small pool gives a set again now and then; there are enough others.
            if (known.Any(one => one.SetEquals(set)))
                continue;
            known.Add(set);
            sets.Add(new StudySet(sets.Count + 1, [.. drawable.Where(set.Contains)]));
        }

        return sets;
    }

    private static List<ImageId> Shuffled(IReadOnlyList<ImageId> images, Random random)
    {
        var order = images.ToArray();
        random.Shuffle(order);
        return [.. order];
    }

    /// <summary>n over k, as far as it matters.</summary>
    private static double Choices(int n, int k)
    {
        if (n < k)
            return 0;
        var choices = 1.0;
        for (var i = 0; i < k; i++)
            choices = choices * (n - i) / (i + 1);
        return Math.Round(choices);
    }
}
