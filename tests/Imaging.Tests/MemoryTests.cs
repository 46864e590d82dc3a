using System.Diagnostics;
using FewShotAD.TestKit;

namespace FewShotAD.Imaging.Tests;

/// <summary>Bombs and big texts must not cost memory. Alone in its collection: a neighbour's pictures would count as ours.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Rounds = 5;
    private const long MaxGrowth = 200L * 1024 * 1024;

    [Fact]
    public void The_hostile_folder_in_a_loop_does_not_raise_memory()
    {
        var files = Directory.GetFiles(SharedFiles.Data("hostile"));
        foreach (var file in files)
            Process(file); // native codecs are loaded before measuring
        GC.Collect();
        var before = WorkingSet();
        var peak = before;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var file in files)
            {
                Process(file);
                peak = Math.Max(peak, WorkingSet());
            }
        }

        Assert.True(peak - before < MaxGrowth, $"Grew by {(peak - before) >> 20} MB.");
    }

    [Fact]
    public void A_bomb_allocates_nothing_of_its_size()
    {
        var file = File.ReadAllBytes(SharedFiles.Data("hostile", "bomb_30000x30000.png"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsType<TooManyPixels>(TestPictures.Decode(file).Error);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private static void Process(string file) => _ = TestPictures.Decode(file).Succeeded;

    private static long WorkingSet()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
