namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>What a stream of random numbers is for. Each has its own, so that one more draw in one does not move another.</summary>
public enum SeedPurpose
{
    NetworkWeights = 1,
    DiscriminatorWeights = 2,
    Step = 3,
    Calibration = 4,
    Projection = 5,
    SupportSet = 6,
}

/// <summary>
/// Seeds derived from the recipe's seed, a purpose and a counter. A step's numbers depend on nothing that came before it, so a
/// run that goes on from a checkpoint draws what it would have drawn without the pause.
/// </summary>
public static class Seeds
{
    public static int Derive(int seed, SeedPurpose purpose, int counter = 0)
    {
        var mixed = Mix(((ulong)(uint)seed << 32) | (uint)counter);
        return (int)(Mix(mixed + ((ulong)purpose * 0x9E3779B97F4A7C15UL)) & int.MaxValue);
    }

    public static Random Generator(int seed, SeedPurpose purpose, int counter = 0) => new(Derive(seed, purpose, counter));

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every input bit reaches every output bit.
    private static ulong Mix(ulong x)
    {
        x ^= x >> 30;
        x *= 0xBF58476D1CE4E5B9UL;
        x ^= x >> 27;
        x *= 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
