using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Tests.Support;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

/// <summary>Drawn parts in the layout of MVTec AD: five normal shots, two good and two bad test images, a mask for one of these.</summary>
internal static class DrawnDataset
{
    public static string Write(TemporaryFolder folder, params string[] categories)
    {
        foreach (var (category, number) in categories.Select((category, i) => (category, i)))
        {
            for (var i = 0; i < 5; i++)
                Parts.Write(folder["data", category, "train", "good", $"{i:000}.png"], Part((100 * number) + i, false));
            for (var i = 0; i < 2; i++)
            {
                Parts.Write(folder["data", category, "test", "good", $"{i:000}.png"], Part((100 * number) + 10 + i, false));
                Parts.Write(folder["data", category, "test", "blot", $"{i:000}.png"], Part((100 * number) + 20 + i, true));
            }

            Parts.Write(folder["data", category, "ground_truth", "blot", "000_mask.png"], Mask());
        }

        return folder["data"];
    }

    private static RgbImage Part(int variant, bool defective) => Parts.Draw(variant, defective);

    private static RgbImage Mask()
    {
        var mask = new RgbImage(64, 64);
        for (var y = 26; y < 38; y++)
            mask.Row(y).Slice(30 * 3, 12 * 3).Fill(255);
        return mask;
    }
}
