using System.Globalization;

namespace FewShotAD.Imaging.Samples;

/// <summary>
/// A part type drawn by the program: pictures to try the product with, free of anyone's rights. Shots differ as those of a fixture do:
/// a little position and rotation, light, surface and sensor noise.
/// </summary>
public abstract class SamplePart
{
    public const int Side = 512;
    public const int SupportShots = 12;
    public const int NormalTests = 12;
    public const int TestsPerDefectType = 6;

    private protected SamplePart(string name, string description, params string[] defectTypes)
    {
        Name = name;
        Description = description;
        DefectTypes = defectTypes;
    }

    public static IReadOnlyList<SamplePart> All { get; } = [new FlangePart(), new FabricPart()];

    public string Name { get; }

    public string Description { get; }

    public IReadOnlyList<string> DefectTypes { get; }

    public int ImageCount => SupportShots + NormalTests + DefectTypes.Count * TestsPerDefectType;

    /// <summary>Draws the shots one after the other, support shots first. The same seed gives the same bytes.</summary>
    public IEnumerable<SampleImage> Generate(int seed)
    {
        var shot = 0;
        for (var i = 0; i < SupportShots; i++)
            yield return Draw("train/good", i, null, NextRandom());
        for (var i = 0; i < NormalTests; i++)
            yield return Draw("test/good", i, null, NextRandom());
        foreach (var type in DefectTypes)
        {
            for (var i = 0; i < TestsPerDefectType; i++)
                yield return Draw($"test/{type}", i, type, NextRandom());
        }

        Random NextRandom() => new(ValueNoise.Hash(seed, DefectTypes.Count, shot++));
    }

    /// <param name="defectType">One of <see cref="DefectTypes"/>, or null for a normal part.</param>
    /// <param name="severity">1 is easy to see, 0 is hard.</param>
    /// <param name="random">The only source of chance.</param>
    private protected abstract ISampleScene CreateScene(string? defectType, float severity, Random random);

    private SampleImage Draw(string folder, int number, string? defectType, Random random)
    {
        var pose = Pose.Draw(random);
        var severity = 1 - number / (TestsPerDefectType - 1f);
        var scene = CreateScene(defectType, severity, random);
        var mask = defectType is null ? null : new byte[Side * Side];
        var image = SampleCamera.Shoot(scene, pose, mask, random);
        return new SampleImage(string.Create(CultureInfo.InvariantCulture, $"{folder}/{number:D3}.png"), image, mask, defectType);
    }
}
