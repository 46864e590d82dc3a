using FewShotAD.Imaging.Samples;

namespace FewShotAD.Imaging.Tests;

/// <summary>The same shot drawn with and without its defect: only there may pixels differ.</summary>
public sealed class SampleMaskTests
{
    /// <summary>Pixels around a mask that a lens blur and a fibre's shadow may touch.</summary>
    private const int Halo = 8;

    /// <summary>Levels of red and blue together; the soft edge of a stain ends below it.</summary>
    private const int Visible = 6;

    public static TheoryData<string, float> Defects()
    {
        var data = new TheoryData<string, float>();
        foreach (var name in new[] { "scratch", "dent", "chip", "broken_yarn", "stain", "foreign_fibre" })
        {
            foreach (var severity in new[] { 1f, 0f })
                data.Add(name, severity);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public void Pixels_differ_inside_the_mask_and_nowhere_else(string type, float severity)
    {
        const int sceneSeed = 5;
        var random = new Random(11);
        ISampleScene defective = type switch
        {
            "scratch" => new FlangeScene(sceneSeed, new FlangeScratch(severity, random)),
            "dent" => new FlangeScene(sceneSeed, new FlangeDent(severity, random)),
            "chip" => new FlangeScene(sceneSeed, new FlangeChip(severity, random)),
            "broken_yarn" => new FabricScene(sceneSeed, new BrokenYarn(severity, random)),
            "stain" => new FabricScene(sceneSeed, new FabricStain(severity, random)),
            _ => new FabricScene(sceneSeed, new ForeignFibre(severity, random)),
        };
        ISampleScene normal = defective is FlangeScene ? new FlangeScene(sceneSeed, null) : new FabricScene(sceneSeed, null);
        var pose = Pose.Draw(new Random(3));
        var mask = new byte[SamplePart.Side * SamplePart.Side];
        var with = SampleCamera.Shoot(defective, pose, mask, new Random(4));
        var without = SampleCamera.Shoot(normal, pose, null, new Random(4));

        var difference = new int[mask.Length];
        for (var i = 0; i < mask.Length; i++)
            difference[i] = Math.Abs(with.Pixels[i * 3] - without.Pixels[i * 3]) + Math.Abs(with.Pixels[i * 3 + 2] - without.Pixels[i * 3 + 2]);
        var near = Dilate(mask);
        Assert.DoesNotContain(Enumerable.Range(0, mask.Length), i => difference[i] > Visible && !near[i]);
        var inside = Enumerable.Range(0, mask.Length).Where(i => mask[i] != 0).Average(i => difference[i] / 2.0);
        Assert.True(inside > 5, $"The mean difference inside the mask is {inside:F1} levels.");
    }

    private static bool[] Dilate(byte[] mask)
    {
        var near = new bool[mask.Length];
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i] == 0)
                continue;
            var (x, y) = (i % SamplePart.Side, i / SamplePart.Side);
            for (var v = Math.Max(0, y - Halo); v <= Math.Min(SamplePart.Side - 1, y + Halo); v++)
            {
                for (var u = Math.Max(0, x - Halo); u <= Math.Min(SamplePart.Side - 1, x + Halo); u++)
                    near[v * SamplePart.Side + u] = true;
            }
        }

        return near;
    }
}
