using FewShotAD.Domain.Common;
using FewShotAD.Domain.Stability;

namespace FewShotAD.Domain.Tests.Stability;

public sealed class StudyDesignTests
{
    [Fact]
    public void No_image_is_in_two_sets_while_the_pool_lasts()
    {
        var drawn = StudyDesign.Draw(Pool(good: 20, goodTest: 6, defective: 5), new StudySize(Sets: 5, Seeds: 3), shots: 4, firstSeed: 7).Value;
        var shots = drawn.Design.Sets.SelectMany(set => set.Shots).ToList();
        Assert.Equal(20, shots.Distinct().Count());
        Assert.Equal(20, shots.Count);
        Assert.Equal([1, 2, 3, 4, 5], drawn.Design.Sets.Select(set => set.Number));
        Assert.Equal([7, 8, 9], drawn.Design.Seeds);
        Assert.Equal((15, 0, 20, 0, 6, 5), (drawn.Design.Runs, drawn.Design.Shared, drawn.Design.PoolGood, drawn.Design.PoolTest, drawn.Design.Good, drawn.Design.Defective));
        Assert.Equal(11, drawn.Test.Count);
    }

    [Fact]
    public void What_a_set_takes_of_the_test_images_is_scored_by_nobody_and_half_of_them_stay()
    {
        // Four shots are fewer than two sets of four: the need decides for the test images.
        var pool = Pool(good: 4, goodTest: 21, defective: 3);
        var drawn = StudyDesign.Draw(pool, new StudySize(Sets: 3, Seeds: 1), shots: 4, firstSeed: 1).Value;
        var shots = drawn.Design.Sets.SelectMany(set => set.Shots).ToHashSet();
        Assert.Equal(10, drawn.Design.PoolTest);
        Assert.DoesNotContain(drawn.Test, shots.Contains);
        var lent = shots.Count(pool.GoodTest.Contains);
        Assert.True(lent > 0);
        Assert.Equal(21 - lent, drawn.Design.Good);
        Assert.Equal(pool.GoodTest.Concat(pool.DefectiveTest).Where(drawn.Test.Contains), drawn.Test);
        Assert.DoesNotContain(shots, pool.DefectiveTest.Contains);
    }

    [Fact]
    public void The_choice_goes_before_the_need()
    {
        var few = Pool(good: 4, goodTest: 20, defective: 3);
        Assert.IsType<TooFewToDraw>(StudyDesign.Draw(few, new StudySize(2, 1, FromTest: false), 4, 1).Error);
        var many = Pool(good: 20, goodTest: 20, defective: 3);
        Assert.Equal(0, StudyDesign.Draw(many, new StudySize(2, 1), 4, 1).Value.Design.PoolTest);
        Assert.Equal(10, StudyDesign.Draw(many, new StudySize(2, 1, FromTest: true), 4, 1).Value.Design.PoolTest);
    }

    [Fact]
    public void A_small_pool_still_gives_different_sets_and_tells_what_they_share()
    {
        // Five images have five sets of four.
        var drawn = StudyDesign.Draw(Pool(good: 5, goodTest: 4, defective: 3), new StudySize(5, 1, FromTest: false), 4, 1).Value;
        Assert.Equal(5, drawn.Design.Sets.Select(set => string.Join(',', set.Shots.Select(shot => $"{shot}").Order(StringComparer.Ordinal))).Distinct().Count());
        Assert.Equal(5, drawn.Design.Shared);
        Assert.IsType<TooFewToDraw>(StudyDesign.Draw(Pool(good: 5, goodTest: 4, defective: 3), new StudySize(6, 1, FromTest: false), 4, 1).Error);
    }

    [Fact]
    public void The_same_seed_draws_the_same_and_another_one_another_study()
    {
        var pool = Pool(good: 30, goodTest: 30, defective: 30);
        string Drawn(int seed) => string.Join(';', StudyDesign.Draw(pool, new StudySize(4, 2, DrawSeed: seed), 4, 1).Value.Design.Sets.SelectMany(set => set.Shots));
        Assert.Equal(Drawn(3), Drawn(3));
        Assert.NotEqual(Drawn(3), Drawn(4));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(11, 3)]
    [InlineData(5, 0)]
    [InlineData(5, 6)]
    public void A_study_has_its_limits(int sets, int seeds) =>
        Assert.IsType<InvalidStudySize>(StudyDesign.Draw(Pool(60, 60, 60), new StudySize(sets, seeds), 4, 1).Error);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    public void Without_two_images_of_each_class_nothing_is_measured(int goodTest, int defective) =>
        Assert.IsType<TooFewToScore>(StudyDesign.Draw(Pool(20, goodTest, defective), new StudySize(2, 1), 4, 1).Error);

    [Fact]
    public void Of_a_class_at_most_so_many_are_scored()
    {
        var drawn = StudyDesign.Draw(Pool(20, StudyDesign.MostOfAClass + 50, 30), new StudySize(2, 1), 4, 1).Value;
        Assert.Equal((StudyDesign.MostOfAClass, 30), (drawn.Design.Good, drawn.Design.Defective));
        Assert.Equal(StudyDesign.MostOfAClass + 30, drawn.Test.Distinct().Count());
    }

    private static StudyPool Pool(int good, int goodTest, int defective) => new(Images(1, good), Images(2, goodTest), Images(3, defective));

    private static List<ImageId> Images(byte kind, int count) =>
        [.. Enumerable.Range(1, count).Select(n => new ImageId(new Guid(n, 0, 0, [kind, 0, 0, 0, 0, 0, 0, 0])))];
}
