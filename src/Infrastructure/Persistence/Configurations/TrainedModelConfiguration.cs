using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class TrainedModelConfiguration : IEntityTypeConfiguration<TrainedModel>
{
    public void Configure(EntityTypeBuilder<TrainedModel> builder)
    {
        builder.ToTable("Models");
        builder.HasKey(model => new { model.TenantId, model.Id });
        builder.Property(model => model.DataHash).HasMaxLength(64);
        builder.Property(model => model.Calibration).HasJsonColumn();
        builder.Property(model => model.Fitted).HasJsonColumn();
        // Who moves a line moves the one that was read; a worker that writes its model again leaves one that was moved meanwhile.
        builder.Property(model => model.LineNumber).IsConcurrencyToken();
        builder.Property(model => model.Metrics).HasJsonColumn();
        builder.Property(model => model.ShotScores).HasJsonColumn();
        builder.Property(model => model.Origin).HasJsonColumn();
        builder.HasIndex(model => new { model.TenantId, model.ProjectId, model.Version }).IsUnique();
        builder.HasIndex(model => new { model.TenantId, model.RunId }).IsUnique(); // one model a run, however often it runs
        builder.HasOne<Project>().WithMany().HasForeignKey(model => new { model.TenantId, model.ProjectId })
            .OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(model => new { model.TenantId, model.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
